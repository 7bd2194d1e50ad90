"""The stock of a former tool taken over: orientations, contracts, appointments and numbers of people already known."""
