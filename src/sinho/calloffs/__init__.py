"""Call-offs once there are any: written for suppliers, read back, and compared with others."""

from sinho.calloffs.compare import compare_call_offs, compare_takts, compared_days
from sinho.calloffs.files import read_call_offs, write_call_offs
from sinho.calloffs.sendable import not_sent

__all__ = [
    "compare_call_offs",
    "compare_takts",
    "compared_days",
    "not_sent",
    "read_call_offs",
    "write_call_offs",
]
