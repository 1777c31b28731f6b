-- ask: id, token, lease_us
if not holds(ask.id, ask.token) then return {'lost'} end
set(ask.id, 'lease_us', now + ask.lease_us)
redis.call('ZADD', OPEN, now + ask.lease_us, ask.id)
return {'go_on'}
