-- ask: id
local notice = get(ask.id, 'notice')
if not notice then return {'missing'} end
if not exists(notice_key(notice)) then return {'missing'} end
redis.call('ZREM', FAILED, ask.id)
redis.call('HINCRBY', delivery_key(ask.id), 'token', 1)  -- whoever is at it now has nothing more to say
set(ask.id, 'attempts', 0)
make_due(ask.id, now)
return {'done', redis.call('HGETALL', delivery_key(ask.id))}
