"""Tables of medians and worst cases, for a terminal and as markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

# A measurement of one seed: figures by name.
Figures = dict[str, float]


@dataclass
class Table:
    """Rows of text; the first column is words, the others are figures."""

    title: str
    head: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def row(self, *cells: str) -> None:
        assert len(cells) == len(self.head)
        self.rows.append(list(cells))

    @property
    def text(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows)]
        lines = [self.title]
        for cells in (self.head, ["─" * width for width in widths], *self.rows):
            first, *rest = cells
            padded = [cell.rjust(width) for cell, width in zip(rest, widths[1:])]
            lines.append("  ".join([first.ljust(widths[0]), *padded]).rstrip())
        return "\n".join(lines) + "\n"

    @property
    def markdown(self) -> str:
        rule = ["---"] + ["--:"] * (len(self.head) - 1)
        lines = [f"| {' | '.join(cells)} |" for cells in (self.head, rule, *self.rows)]
        lines[1] = "|" + "|".join(rule) + "|"
        return f"**{self.title}**\n\n" + "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Experiment:
    """Measures one seed, checks what must hold for every seed, and shows the seeds together."""

    name: str
    measure: Callable[..., Figures]
    check: Callable[[Figures], None]
    tables: Callable[[list[Figures]], list[Table]]
    is_offline: bool = False


def column(results: list[Figures], name: str) -> list[float]:
    return [result[name] for result in results]


def spread(results: list[Figures], name: str, form: str, worst: Callable = max) -> str:
    """`median (worst)`."""
    values = column(results, name)
    middle = median(values)
    # An exact zero is not to look like a rounded negative one.
    return f"{middle + 0.0:{form}} ({worst(values) + 0.0:{form}})"


def share(results: list[Figures], name: str, form: str = ".0f") -> str:
    """The mean of what is a part or a small count in each seed."""
    values = column(results, name)
    return f"{sum(values) / len(values):{form}}"
