"""What a place can hold: how many receive there at once, and which places a kind is given at."""
