"""The help of the program and of each verb, in the language asked, from words/help.yml."""

from collections.abc import Callable, Iterable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from warehouse.cli.language import asked_language
from warehouse.messages import words

SECTIONS = (
    *("producer", "steward", "codes", "linkage", "survey", "releases", "ledger", "analyst"),
    "newcomer",
)
"""The modules of this package that hold verbs, in the order of the help."""


class Verb(TyperCommand):
    """A verb whose help follows the language asked."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """What is left of `args`; an error says which verb it is about."""
        return _parsed(super().parse_args, ctx, args)

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """The help of this verb."""
        return verb_help(ctx)


class Program(TyperGroup):
    """The verbs; it tells each the language asked, and speaks it in its own help."""

    def make_context(
        self, info_name: Any, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """The context, with the language asked as its object and as each verb's own default."""
        lang = asked_language(args)
        spoken = {verb: {"lang": lang} for verb in self.commands}
        return super().make_context(info_name, args, parent, obj=lang, default_map=spoken, **extra)

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """What is left of `args`, the verb first; an error tells what it is about."""
        return _parsed(super().parse_args, ctx, args)

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        """The verb asked for; raises UnknownVerb."""
        from difflib import get_close_matches

        from warehouse.cli.refusal import UnknownVerb

        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        near = get_close_matches(args[0], self.commands, cutoff=0.5) or list(self.commands)
        raise UnknownVerb(verb=args[0], near=", ".join(near))

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """The help of the program, its verbs by who uses them."""
        lang = ctx.obj
        form = ctx.make_formatter()
        form.write_usage(ctx.command_path, _said("verb_metavar", lang), _said("usage", lang))
        _write_paragraph(form, _said("program", lang))
        for section in SECTIONS:
            rows = [
                row
                for name, verb in self.commands.items()
                if _section_of(verb) == section
                for row in _verb_rows(name, verb, lang)
            ]
            _write_list(form, f"section_{section}", rows, lang)
        _write_list(form, "options", (_row(p, ctx) for p in self.get_params(ctx)), lang)
        _write_paragraph(form, _said("more", lang))
        return form.getvalue().rstrip("\n")


class Group(Program):
    """Verbs that share their first word, such as `simimo codes`."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """The help of the group: its verbs."""
        lang = ctx.obj
        form = ctx.make_formatter()
        form.write_usage(ctx.command_path, _said("verb_metavar", lang), _said("usage", lang))
        name = verb_key(ctx)
        _write_list(form, f"section_{_section_of(self)}", _verb_rows(name, self, lang), lang)
        _write_list(form, "options", (_row(p, ctx) for p in self.get_params(ctx)), lang)
        return form.getvalue().rstrip("\n")


def _parsed(parse: Callable[..., list[str]], ctx: typer.Context, args: list[str]) -> list[str]:
    try:
        return parse(ctx, args)
    except typer.TyperException as error:
        # The parser leaves the context out of some of its errors, and no refusal can do without.
        error.ctx = ctx  # type: ignore[attr-defined]
        raise


def verb_help(ctx: typer.Context) -> str:
    """The help of one verb: its call, what it does, its arguments and options."""
    lang = ctx.obj
    form = ctx.make_formatter()
    form.write_usage(ctx.command_path, _call(ctx), _said("usage", lang))
    _write_paragraph(form, _text((verb_key(ctx),), lang) or str(ctx.command.help or ""))
    params: list[Any] = list(ctx.command.get_params(ctx))
    for kind in ("argument", "option"):
        rows = (_row(p, ctx) for p in params if p.param_type_name == kind)
        _write_list(form, f"{kind}s", rows, lang)
    return form.getvalue().rstrip("\n")


def verb_key(ctx: typer.Context) -> str:
    """The words of the verb after the program's name, such as 'codes decide'."""
    return " ".join(ctx.command_path.split()[1:])


def usage(ctx: typer.Context) -> str:
    """How the verb of `ctx` is called, with every word that it needs."""
    return f"{ctx.command_path} {_call(ctx)}"


def param_name(param: Any, lang: str) -> str:
    """What a person types for `param`: the long form of an option, or the word for an argument."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return _metavar(param, lang)


def param_help(param: Any, verb: str, lang: str) -> str:
    """What `param` is, in one sentence."""
    said = words("help")["param"]
    entry = said.get(f"{verb}.{param.name}") or said.get(param.name)
    return str(entry[lang] if entry else param.help or "")


def expected(param: Any, lang: str) -> str:
    """What values `param` takes: its choices, or their kind."""
    known = param.type_descriptor
    if known.choices:
        return ", ".join(map(str, known.choices))
    kind = "str" if known.is_list else known.annotation.__name__
    return _said(f"expected_{kind}", lang)


def no_value(lang: str) -> str:
    """What an option takes that is written alone."""
    return _said("expected_nothing", lang)


def _said(key: str, lang: str, **values: object) -> str:
    template: str = words("help")[key][lang]
    return template.format(**values)


def _text(keys: Iterable[str], lang: str) -> str:
    known = words("help")
    return next((known[key][lang] for key in keys if key in known), "")


def _verb_rows(name: str, verb: Any, lang: str) -> list[tuple[str, str]]:
    """A verb with its sentence; of a group, each of its verbs, its own first where it is one."""
    if isinstance(verb, TyperGroup):
        rows = [(f"{name} {n}", _text((f"{name} {n}",), lang)) for n in verb.commands]
        own = _text((name,), lang)
        return [(name, own), *rows] if own else rows
    return [(name, _text((name,), lang) or str(verb.help or ""))]


def _section_of(verb: Any) -> str:
    return str(verb.callback.__module__).rpartition(".")[2]


def _metavar(param: Any, lang: str) -> str:
    """What stands for the value of `param` in its call."""
    named = words("help")["metavar"].get(param.name)
    if named:
        return str(named[lang])
    if param.metavar:
        return str(param.metavar)
    known = param.type_descriptor
    if known.is_choice:
        return "|".join(map(str, known.choices))
    kinds = {int: "kind_int", float: "kind_float"}
    kind = "kind_path" if known.is_path else kinds.get(known.annotation, "kind_text")
    return _said(kind, lang)


def _call(ctx: typer.Context) -> str:
    """The words after the verb: what is required, then that there are options."""
    lang = ctx.obj
    params: list[Any] = list(ctx.command.get_params(ctx))
    called = []
    for param in params:
        if param.param_type_name == "argument":
            name = _metavar(param, lang)
            called.append(name if param.required else f"[{name}]")
    called += [
        f"{param_name(param, lang)} {_metavar(param, lang)}"
        for param in params
        if param.required and param.param_type_name == "option"
    ]
    return " ".join([*called, _said("options_metavar", lang)])


def _row(param: Any, ctx: typer.Context) -> tuple[str, str]:
    """One parameter: how it is typed, and what it is."""
    lang = ctx.obj
    said = [param_help(param, verb_key(ctx), lang)]
    default = param.default
    if param.required:
        said.append(_said("required", lang))
    elif default not in (None, False, True, "", [], ()) and param.name != "lang":
        said.append(_said("default", lang, value=default))
    if param.param_type_name == "argument":
        return _metavar(param, lang), " ".join(said)
    typed = ", ".join(sorted(param.opts, key=len))
    if param.secondary_opts:
        typed += " / " + ", ".join(param.secondary_opts)
    if not param.is_flag:
        typed += f" {_metavar(param, lang)}"
    return typed, " ".join(said)


def _write_paragraph(form: Any, text: str) -> None:
    form.write_paragraph()
    with form.indentation():
        form.write_text(text)


def _write_list(form: Any, heading: str, rows: Iterable[tuple[str, str]], lang: str) -> None:
    listed = list(rows)
    if listed:
        with form.section(_said(heading, lang)):
            form.write_dl(listed)
