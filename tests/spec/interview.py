"""An interview held with the form as the real converter (pyxform) makes it.

The logic of an XForm is XPath 1.0 with functions of its own; lxml evaluates it, and the functions
that the questionnaire uses stand below, as the XForms specification of ODK defines them.
"""

import copy
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from lxml import etree

X = "{http://www.w3.org/2002/xforms}"
JR = "{http://openrosa.org/javarosa}"
Element = Any


class Interview:
    """One household's answers; questions are named by their path below the household.

    A question of person 2 is `person[2]/roster/age`. Answers go in one after the other, and
    after each all that is calculated is worked out again.
    """

    def __init__(self, xform: str, today: date) -> None:
        model = etree.fromstring(xform.encode()).find(f".//{X}model")
        first, *others = model.findall(f"{X}instance")
        self._lists = {each.get("id"): _plain(each) for each in others}
        self._data = copy.deepcopy(_plain(first)[0])
        self._persons = copy.deepcopy(self._data.find("person"))
        self._binds = {bind.get("nodeset"): bind for bind in model.findall(f"{X}bind")}
        self._defaults = _triggers(etree.fromstring(xform.encode()))
        self._data.find("today").text = today.isoformat()
        self._calculate()

    def answer(self, path: str, value: object) -> None:
        """Give an answer; it fails where the question is not asked or the form refuses it."""
        assert self.is_asked(path), f"{path} is not asked"
        assert self.accepts(path, value), f"{path} refuses {value}"
        self._put(path, str(value))

    def answers(self, where: str, **given: object) -> None:
        """Give the answers to the questions of one section, in this order."""
        for name, value in given.items():
            self.answer(f"{where}/{name}", value)

    def add_person(self) -> None:
        """Open the next person's questions."""
        following = copy.deepcopy(self._persons)
        self._data.findall("person")[-1].addnext(following)
        self._calculate()

    def accepts(self, path: str, value: object) -> bool:
        """Whether the form lets the interviewer go on with this answer."""
        node = self._node(path)
        kept, node.text = node.text, str(value)
        rule = self._bind(node).get("constraint", "true()")
        found = bool(self._evaluate(rule, node))
        node.text = kept
        return found

    def is_asked(self, path: str) -> bool:
        """Whether the question, and all that it stands in, is relevant."""
        return self._is_relevant(self._node(path))

    def value(self, path: str) -> str:
        """What was answered or calculated; empty where nothing was."""
        return self._node(path).text or ""

    def _node(self, path: str) -> Element:
        (node,) = self._data.xpath(path if "[" in path else path.replace("person/", "person[1]/"))
        return node

    def _bind(self, node: Element) -> Element:
        path = re.sub(r"\[\d+\]", "", node.getroottree().getpath(node))
        return self._binds.get(path, {})

    def _put(self, path: str, value: str) -> None:
        node = self._node(path)
        node.text = value
        for target, expression in self._defaults.get(self._bind(node).get("nodeset"), ()):
            (filled,) = node.xpath(f"../{target}")
            filled.text = _text(self._evaluate(expression, filled))
        self._calculate()

    def _calculate(self) -> None:
        """Work out the calculations, each after those that it rests on: they stand in order.

        What is not asked, or no longer, is empty, as it is in what the device sends.
        """
        for node in self._data.iter():
            rule = self._bind(node).get("calculate")
            if len(node) == 0 and not self._is_relevant(node):
                node.text = None
            elif rule:
                node.text = _text(self._evaluate(rule, node))

    def _is_relevant(self, node: Element) -> bool:
        return all(
            bool(self._evaluate(self._bind(each).get("relevant", "true()"), each))
            for each in (node, *node.iterancestors())
        )

    def _evaluate(self, expression: str, node: Element) -> Any:
        written = expression.replace("position(..)", "count(../preceding-sibling::person) + 1")
        if "instance(" in written:
            # An absolute path means the household's answers, within a list of choices too.
            written = re.sub(r"/data/([\w/]+)", lambda found: f"'{self.value(found[1])}'", written)
        extensions = {(None, name): function for name, function in FUNCTIONS.items()}
        extensions[None, "instance"] = lambda _, name: [self._lists[name]]
        return node.xpath(f"({written})", extensions=extensions)


def _plain(instance: Element) -> Element:
    """An instance without namespaces, template marks and the nodes that count."""
    made = copy.deepcopy(instance)
    for node in list(made.iter("*")):
        node.tag = etree.QName(node).localname
        node.attrib.pop(f"{JR}template", None)
    return made


def _triggers(form: Element) -> dict[str, list[tuple[str, str]]]:
    """What answering a question fills in elsewhere: (name of the target, expression)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for rule in form.iter(f"{X}setvalue"):
        asked = rule.getparent().get("ref")
        filled = str(rule.get("ref")).rsplit("/", 1)[-1]
        found.setdefault(asked, []).append((filled, rule.get("value")))
    return found


def _text(value: Any) -> str:
    if isinstance(value, list):
        return value[0].text or "" if value else ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return str(value)


def _date(_: Any, given: Any, pattern: str) -> str:
    day = date.fromisoformat(_text(given))
    return pattern.replace("%Y", str(day.year)).replace("%n", str(day.month))


def _if(_: Any, condition: Any, then: Any, otherwise: Any) -> Any:
    return then if condition else otherwise


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "if": _if,
    "format-date": _date,
    "regex": lambda _, given, pattern: re.search(pattern, _text(given)) is not None,
    "selected": lambda _, given, code: code in _text(given).split(),
    "count-selected": lambda _, given: float(len(_text(given).split())),
}
