-- ask: id, token, delay_us, counts
if get(ask.id, 'status') == 'queued' and get(ask.id, 'token') == tostring(ask.token) then return {'done'} end
if not holds(ask.id, ask.token) then return {'lost'} end
if not ask.counts then redis.call('HINCRBY', record(ask.id), 'attempts', -1) end
set(ask.id, 'status', 'queued', 'lease_us', 0, 'updated_us', now)
redis.call('ZADD', OPEN, now + ask.delay_us, ask.id)
return {'done'}
