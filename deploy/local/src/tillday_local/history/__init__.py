"""The past days that a demo begins with: really worked, with the clock moved."""
