"""The look of Tillday's pages: style, icons, font, scripts, the frame of a page, and its languages."""
