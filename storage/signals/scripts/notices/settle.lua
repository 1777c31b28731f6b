-- ask: id, token, state, detail, delay_us (of `waiting`), kept_s
if get(ask.id, 'token') ~= tostring(ask.token) then return {'lost'} end  -- another took it, or it is gone
local channel = get(ask.id, 'channel')
set(ask.id, 'state', ask.state, 'detail', ask.detail)
redis.call('EXPIRE', delivery_key(ask.id), ask.kept_s)
redis.call('EXPIRE', notice_key(get(ask.id, 'notice')), ask.kept_s)
if ask.state == 'waiting' then
    make_due(ask.id, now + ask.delay_us)
    return {'done'}
end
redis.call('ZREM', due_key(channel), ask.id)
redis.call('HDEL', delivery_key(ask.id), 'next_us')
if ask.state == 'delivered' then
    redis.call('ZREM', FAILED, ask.id)
else
    redis.call('ZADD', FAILED, now, ask.id)
end
return {'done'}
