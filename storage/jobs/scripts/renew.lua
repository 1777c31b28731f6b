-- ask: id, token, lease_us
if not holds(ask.id, ask.token) then return {'lost'} end
set(ask.id, 'lease_us', now + ask.lease_us)
redis.call('ZADD', RUNNING, now + ask.lease_us, ask.id)
return {get(ask.id, 'cancel_requested') == '1' and 'cancel' or 'go_on'}
