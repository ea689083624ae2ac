"""How the workbook of ILO's tables looks."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format

INK, GREY, LINE, BAND = "#1F3A5F", "#5A6672", "#B8C4D0", "#E8EEF4"
STATE_COLOURS = {"filled": "#D9EBDD", "partly": "#FBF0CF", "missing": "#EEEEEE"}
FACES = {"fr": "Calibri", "ar": "Arial", "en": "Calibri"}


@dataclass(frozen=True)
class Styles:
    """The formats of a workbook."""

    title: "Format"
    subtitle: "Format"
    specimen: "Format"
    heading: "Format"
    number_heading: "Format"
    status_heading: "Format"
    link: "Format"
    back: "Format"
    code: "Format"
    wrapped: "Format"
    label: "Format"
    total_label: "Format"
    count: "Format"
    status: "Format"
    withheld: "Format"
    states: Mapping[str, "Format"]
    numbers: Mapping[tuple[int, bool], "Format"]

    def cell(self, column: str, state: str) -> "Format":
        """The format of a column of the summary, on the line of a table in `state`."""
        if column == "state":
            return self.states[state]
        return self.code if column in ("code", "ilostat") else self.wrapped

    def number(self, decimals: int, is_total: bool) -> "Format":
        """The format of a figure with so many decimals; that of a total is bold."""
        return self.numbers[min(decimals, 2), is_total]


def styles(book: "xlsxwriter.Workbook", lang: str) -> Styles:
    """The formats of `book` in `lang`: Arabic reads from the right."""
    face: dict[str, Any] = {"font_name": FACES[lang], "valign": "top"}
    if lang == "ar":
        face |= {"reading_order": 2}
    boxed: dict[str, Any] = {"bottom": 1, "bottom_color": LINE}
    headed = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": BAND, **boxed}

    def made(**given: Any) -> "Format":
        return book.add_format(face | given)

    return Styles(
        title=made(bold=True, font_size=14, font_color=INK),
        subtitle=made(font_color=GREY),
        specimen=made(bold=True, font_color="#9C2A1B"),
        heading=made(**headed),
        number_heading=made(align="right", **headed),
        status_heading=made(align="center", **headed),
        link=made(font_color=INK, underline=1, font_size=9, **boxed),
        code=made(font_color=GREY, font_size=9, **boxed),
        back=made(font_color=INK, underline=1),
        # The texts of neighbouring columns would touch without it.
        wrapped=made(text_wrap=True, indent=1, align="right" if lang == "ar" else "left", **boxed),
        label=made(text_wrap=True, **boxed),
        total_label=made(text_wrap=True, bold=True, **boxed),
        count=made(num_format="#,##0", align="center", **boxed),
        status=made(font_color=GREY, font_size=9, align="center", **boxed),
        withheld=made(bg_color="#EEEEEE", **boxed),
        states={s: made(bg_color=colour, **boxed) for s, colour in STATE_COLOURS.items()},
        numbers={
            (decimals, is_total): made(
                num_format="#,##0" + ("." + "0" * decimals if decimals else ""),
                bold=is_total,
                **boxed,
            )
            for decimals in (0, 1, 2)
            for is_total in (False, True)
        },
    )


def fitted(text: str, width: int) -> int:
    """The lines that a text takes in a column of `width` characters, breaking between words."""
    return max(1, math.ceil(len(text) * 1.08 / width))
