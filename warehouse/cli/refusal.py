"""What the program says to a call that it cannot follow: the same shape as every refusal."""

import re
from typing import Any, ClassVar

from typer import TyperException

from warehouse.cli.help import expected, no_value, param_help, param_name, usage, verb_key
from warehouse.errors import SimimoError


class UnknownVerb(SimimoError):
    """No verb has this name."""

    key = "unknown_verb"


class UnknownOption(SimimoError):
    """The verb has no option of this name."""

    key = "unknown_option"


class MissingValue(SimimoError):
    """A word that the verb needs is missing."""

    key = "missing_value"


class InvalidValue(SimimoError):
    """A value is of the wrong kind, or none of the choices."""

    key = "invalid_value"


class InvalidCall(SimimoError):
    """The words of the call do not fit the verb; `detail` is those too many."""

    key = "invalid_call"


class PortTaken(SimimoError):
    """The address to serve at cannot be opened."""

    key = "port_taken"
    exit_code: ClassVar[int] = 3


class OutputNotWritable(SimimoError):
    """The file asked for cannot be written."""

    key = "output_not_writable"


class NotInThisForm(SimimoError):
    """The answer cannot be written in the form asked."""

    key = "not_in_this_form"


class NotInThisLanguage(SimimoError):
    """The document is not written in the language asked."""

    key = "not_in_this_language"


class NotADay(SimimoError):
    """What was given is no day of the calendar."""

    key = "not_a_day"


def refusal(error: TyperException) -> SimimoError:
    """What `error` of the command line's parser means, as a refusal of SIMIMO."""
    # The parser gives its errors no public type: what they carry tells them apart.
    found: Any = error
    ctx, param = getattr(found, "ctx", None), getattr(found, "param", None)
    if ctx is None:
        return SimimoError(error.format_message())
    lang, call = ctx.obj, ctx.command_path
    options = {opt: p for p in ctx.command.get_params(ctx) for opt in p.opts if opt[:1] == "-"}
    if param is not None:
        verb, name = verb_key(ctx), param_name(param, lang)
        if type(found).__name__ == "MissingParameter":
            told = param_help(param, verb, lang)
            return MissingValue(call=call, name=name, help=told, usage=usage(ctx))
        return InvalidValue(name=name, expected=expected(param, lang), call=call)
    option = getattr(found, "option_name", None)
    if option in options:
        flag = options[option].is_flag
        takes = no_value(lang) if flag else expected(options[option], lang)
        return InvalidValue(name=option, expected=takes, call=call)
    if option is not None:
        near = found.possibilities or [o for o in options if o[:2] == "--"]
        return UnknownOption(call=call, option=option, known=", ".join(near))
    extra = re.search(r"\(s\) \((.*)\)$", error.format_message(), re.DOTALL)
    return InvalidCall(extra[1] if extra else "", call=call, usage=usage(ctx))
