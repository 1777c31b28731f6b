-- ask: id, fields (owner, kind, address, language, platform), last_s, most
local owner = ask.fields.owner
local known = redis.call('HGET', device(ask.id), 'owner')
if known and known ~= owner then  -- the phone is another person's now
    forget(ask.id, known)
    known = false
end
for field, value in pairs(ask.fields) do redis.call('HSET', device(ask.id), field, value) end
redis.call('HSETNX', device(ask.id), 'registered_us', now)
redis.call('HSET', device(ask.id), 'id', ask.id, 'seen_us', now)
redis.call('EXPIRE', device(ask.id), ask.last_s)
redis.call('ZADD', of(owner), now, ask.id)
redis.call('EXPIRE', of(owner), ask.last_s)

-- those that have expired by themselves, then those that were not seen for longest
redis.call('ZREMRANGEBYSCORE', of(owner), '-inf', now - ask.last_s * 1000000)
local too_many = redis.call('ZCARD', of(owner)) - ask.most
for _, oldest in ipairs(too_many > 0 and redis.call('ZRANGE', of(owner), 0, too_many - 1) or {}) do
    forget(oldest, owner)
end

local reply = redis.call('HGETALL', device(ask.id))
table.insert(reply, 1, known and 'known' or 'new')
return reply
