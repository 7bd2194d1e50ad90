"""What the first and the last step of an interview read: the text of rights and duties, the slots to offer."""
