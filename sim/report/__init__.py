"""What readers get: text tables and figures, made from a study's frozen result."""
