"""What the payout rules do under attack: real local training, the real engine, many seeds.

Everything that is paid or scored comes from the outputs of `deml run --batch`, one process for
each job. Models are trained here, in floating point, as a client would at home. What other rules
would have done is computed beside it with the independent DML-1 of `fixtures`; tables say so.
"""
