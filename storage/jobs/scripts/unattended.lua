-- ask: queued_us, longest_us, grace_us
--
-- What lies further ahead than any pause or lease was written before Redis' clock was set back: without this, jobs would
-- wait until the clock has caught up with itself. Whoever still holds a job renews its lease within the grace.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', DUE, now + ask.longest_us, '+inf')) do
    redis.call('ZADD', DUE, now, id)
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', RUNNING, now + ask.longest_us, '+inf')) do
    set(id, 'lease_us', now + ask.grace_us)
    redis.call('ZADD', RUNNING, now + ask.grace_us, id)
end
local ids = redis.call('ZRANGEBYSCORE', DUE, '-inf', now - ask.queued_us)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', RUNNING, '-inf', now)) do table.insert(ids, id) end
return ids
