"""What leaves the directory for others: each module writes what a viewer may see, in the form of one standard."""
