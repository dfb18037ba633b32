"""The world outside the shop's own stores: payments, files, mail, the job queue."""
