"""What compiled code is built on: decorators, its cache, random numbers, bits of words, memory."""
