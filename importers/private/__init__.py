"""What must not be kept or shown, and how it is seen in a text: places, persons, victims, and values that a file itself restricts."""
