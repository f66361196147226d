"""The sections of the report, one a file; a section whose numbers were not recorded is left out."""
