-- ask: owner
local removed = 0
for _, id in ipairs(redis.call('ZRANGE', of(ask.owner), 0, -1)) do
    if redis.call('HGET', device(id), 'owner') == ask.owner then
        forget(id, ask.owner)
        removed = removed + 1
    end
end
redis.call('DEL', of(ask.owner))
return removed
