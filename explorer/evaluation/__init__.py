"""What a trained network is worth on data it has not learned from, beside simple rivals on the same split."""
