-- ask: id, nonce, lease_us, max_attempts (0 for any number), message
if not exists(ask.id) then return {'missing'} end
if not is_open(ask.id) then return {'ended'} end
if get(ask.id, 'status') == 'running' then
    if get(ask.id, 'nonce') == ask.nonce then return answer('claimed', ask.id) end
    if tonumber(get(ask.id, 'lease_us')) > now then return {'held'} end
end
if ask.max_attempts > 0 and tonumber(get(ask.id, 'attempts')) >= ask.max_attempts then
    set(ask.id, 'error_code', 'too_many_attempts', 'error_message', ask.message)
    finish(ask.id, 'failed', CANCELLED_KEPT_S)
    return {'too_many_attempts'}
end
redis.call('HINCRBY', record(ask.id), 'attempts', 1)
redis.call('HINCRBY', record(ask.id), 'token', 1)
set(ask.id, 'status', 'running', 'nonce', ask.nonce, 'lease_us', now + ask.lease_us, 'updated_us', now)
redis.call('ZADD', OPEN, now + ask.lease_us, ask.id)
return answer('claimed', ask.id)
