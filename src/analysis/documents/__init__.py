"""One document → one Report: readers know formats, recognition knows forms, never each other."""
