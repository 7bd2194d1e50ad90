"""Pure decisions about slots, invitations, codes and links."""
