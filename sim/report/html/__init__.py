"""What pages are made of: markup, charts, and the frame about both languages."""
