"""What is checked of a text written freely, and what is shown of it: one guard for every screen and every paper."""
