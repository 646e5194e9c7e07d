"""What survives when everything is shaken: run by `make audit`, too slow for `make test`."""
