"""What one may choose among: hours out of the ordinary."""
