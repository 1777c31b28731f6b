-- ask: notice, to (a list of {channel, target, state, detail}), kept_s, kept, new (fields of a notice made here)
-- Writes a delivery for each; a notice that somebody else addressed meanwhile is left alone.
if ask.new then
    redis.call('ZADD', NOTICES, now, ask.notice)
    redis.call('HSET', notice_key(ask.notice), 'id', ask.notice, 'created_us', now)
    for field, value in pairs(ask.new) do redis.call('HSET', notice_key(ask.notice), field, value) end
end
if redis.call('ZREM', NOTICES, ask.notice) == 0 then return {'known'} end
local key = notice_key(ask.notice)
if not exists(key) then return {'missing'} end
if #ask.to == 0 then
    redis.call('DEL', key)
    return {'done'}
end
redis.call('EXPIRE', key, ask.kept_s)
local job, event = redis.call('HGET', key, 'job') or '', redis.call('HGET', key, 'event')
local count = {}
local function index(zset, id)
    redis.call('ZADD', zset, now, id)
    redis.call('ZREMRANGEBYSCORE', zset, '-inf', now - ask.kept_s * 1000000)
    redis.call('EXPIRE', zset, ask.kept_s)
end
for _, each in ipairs(ask.to) do
    count[each.channel] = (count[each.channel] or 0) + 1
    local id = ask.notice .. '.' .. each.channel .. '.' .. count[each.channel]
    set(id, 'id', id, 'notice', ask.notice, 'job', job, 'event', event, 'channel', each.channel, 'target', each.target,
        'state', each.state, 'detail', each.detail, 'attempts', 0, 'token', 0, 'created_us', now)
    redis.call('EXPIRE', delivery_key(id), ask.kept_s)
    index(of_target(each.channel, each.target), id)
    if job ~= '' then index(of_job(job), id) end
    redis.call('ZADD', LOG, now, id)
    if each.state == 'waiting' then make_due(id, now) else redis.call('ZADD', FAILED, now, id) end
end

-- the log is bounded: in time by the keys' own expiry, in number here, except that what still waits is not dropped
for _, id in ipairs(redis.call('ZRANGEBYSCORE', LOG, '-inf', now - ask.kept_s * 1000000, 'LIMIT', 0, 1000)) do
    if not exists(delivery_key(id)) then forget(id) end
end
local too_many = redis.call('ZCARD', LOG) - ask.kept
for _, id in ipairs(too_many > 0 and redis.call('ZRANGE', LOG, 0, too_many - 1) or {}) do
    if get(id, 'state') ~= 'waiting' then forget(id) end
end
return {'done'}
