"""Reading figures: the rows behind them, their sums, what is expected."""
