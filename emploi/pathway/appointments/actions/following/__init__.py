"""What follows an invitation nobody answered, or suspends that."""
