"""The columns of the store's tables and their types."""

import pyarrow as pa

_TEXT, _COUNT, _FIGURE, _FLAG = pa.string(), pa.int32(), pa.float64(), pa.bool_()
_TYPES = {
    "year": _COUNT,
    "build": _COUNT,
    "n_cells": _COUNT,
    "n_errors": _COUNT,
    "value": _FIGURE,
    "old_value": _FIGURE,
    "verified": _FLAG,
    "proven": _FLAG,
    "suspect": _FLAG,
    "corrected": _FLAG,
    "confidence": _FIGURE,
    "prose_agrees": _COUNT,
    "prose_disagrees": _COUNT,
    "section": _COUNT,
    "sentences": pa.list_(pa.int64()),
}
_COLUMNS = {
    "reports": "report_id year agency agency_id agency_type region_code province prefecture county "
    "level scope title forms path url sha256 format published n_cells n_errors verified "
    "prose_agrees prose_disagrees superseded_by stated known left_open fingerprint reader read "
    "given",
    "records": "report_id year table row column state value unit raw cell proven suspect "
    "corrected confidence",
    "issues": "report_id year check severity table row column cell expected actual message "
    "message_zh suggestion",
    "sections": "report_id year section heading text sentences",
    "revisions": "report_id year path build table row column old_state state old_value value "
    "old_unit unit old_raw raw cell old_sha256 sha256",
}
SCHEMAS = {
    name: pa.schema([(column, _TYPES.get(column, _TEXT)) for column in columns.split()])
    for name, columns in _COLUMNS.items()
}
PINNED = ("records", "issues", "sections", "revisions")
BUILD_COUNTS = (
    *("files", "read", "renamed", "removed", "revised", "unreadable", "cells", "verified"),
)
INTERNAL = ("fingerprint", "read", "given")
# What comes as categories: codes, and facts that many rows share.
CATEGORIES = (
    *("table", "row", "column", "state", "unit", "check", "severity", "agency", "agency_id"),
    *("agency_type", "region_code", "province", "prefecture", "county", "level", "scope"),
    *("forms", "format"),
)
FACTS = (
    *("report_id", "agency", "agency_id", "agency_type", "region_code", "province"),
    *("prefecture", "county", "level", "scope", "year", "title", "forms", "verified"),
)
