-- ask: id, worker, lease_us, max_attempts, nonce, message
if not exists(ask.id) then return {'missing'} end

local status = get(ask.id, 'status')
if is_final(status) then return {'ended'} end
if status == 'running' then
    if get(ask.id, 'nonce') == ask.nonce then  -- the same call again, after its answer was lost
        return answer('claimed', ask.id)
    end
    if tonumber(get(ask.id, 'lease_us')) > now then return {'held'} end
end
if get(ask.id, 'cancel_requested') == '1' then
    finish(ask.id, 'cancelled')
    return {'cancelled'}
end
if tonumber(get(ask.id, 'attempts')) >= ask.max_attempts then
    local known = get(ask.id, 'reason')
    local message = get(ask.id, 'released_because') or ask.message
    give_up(ask.id, 'too_many_attempts', message, known or 'the worker was lost in each attempt')
    return {'too_many_attempts'}
end

redis.call('HINCRBY', record(ask.id), 'attempts', 1)
redis.call('HINCRBY', record(ask.id), 'token', 1)
redis.call('HDEL', record(ask.id), 'pose_us', 'frames_us', 'released_because', 'reason')
set(ask.id, 'status', 'running', 'stage', 'staging', 'worker', ask.worker, 'nonce', ask.nonce, 'started_us', now,
    'lease_us', now + ask.lease_us, 'progress', 0, 'frames_done', 0)
redis.call('ZREM', QUEUE, ask.id)
redis.call('ZREM', DUE, ask.id)
redis.call('ZADD', RUNNING, now + ask.lease_us, ask.id)
tell(ask.id)
return answer('claimed', ask.id)
