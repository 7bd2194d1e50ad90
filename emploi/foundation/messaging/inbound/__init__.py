"""What people answer: SMS told by the operator, e-mails read in a mailbox; kept once, answered by nobody but people."""
