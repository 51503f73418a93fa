"""What recognition makes of a printed cell: its place in a table of the forms."""

from typing import NamedTuple

from analysis.documents.grid import Cell


class Placement(NamedTuple):
    """A printed cell that was recognised as one cell of a table."""

    table: str
    row: str
    column: str
    cell: Cell
    place: str
    unit: str
