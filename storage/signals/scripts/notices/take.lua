-- ask: channel, lease_us; answers with the delivery's and the notice's fields
local due = due_key(ask.channel)
while true do
    local id = redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, 1)[1]
    if not id then return {'none'} end
    local notice = get(id, 'notice')
    if notice and exists(notice_key(notice)) then
        redis.call('HINCRBY', delivery_key(id), 'attempts', 1)
        redis.call('HINCRBY', delivery_key(id), 'token', 1)
        set(id, 'tried_us', now)
        redis.call('ZADD', due, now + ask.lease_us, id)  -- for others, should this caller be gone
        return {'taken', redis.call('HGETALL', delivery_key(id)), redis.call('HGETALL', notice_key(notice))}
    end
    redis.call('ZREM', due, id)  -- it has expired
    forget(id)
end
