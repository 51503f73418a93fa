"""One document → one Report: readers know formats, recognition knows forms, and neither knows the other."""
