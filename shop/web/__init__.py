"""What pages and the API share: who may do what, page or fragment, errors, languages."""
