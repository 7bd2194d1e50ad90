"""What waits to leave, when the person, her contacts or her links change meanwhile."""
