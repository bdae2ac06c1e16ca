"""Workers that read the weight files of tests, shared by all of them."""

import atexit

from app.lab.keep.decode_budget import MegapixelBudget
from app.lab.keep.weight_jobs import WeightJobs
from app.untrusted.pictures import decode
from app.untrusted.pool import Workers

_WORKERS = Workers(1, imports=decode.warm_up)
JOBS = WeightJobs(_WORKERS, MegapixelBudget(10**9))

atexit.register(_WORKERS.close)
