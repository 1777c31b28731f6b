-- ask: id, started_us, kept_s, fields (host, pid, version, state, detail). The worker's record as it is now.
local ask = cjson.decode(ARGV[1])
local WORKERS = 'goodrep:workers'  -- zset: workers, by when they were seen
local function record(id) return 'goodrep:worker:' .. id end

local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])

-- another process of that name, such as the next one in a container of the same name
if redis.call('HGET', record(ask.id), 'started_us') ~= ask.started_us then redis.call('DEL', record(ask.id)) end
for field, value in pairs(ask.fields) do redis.call('HSET', record(ask.id), field, value) end
redis.call('HSET', record(ask.id), 'id', ask.id, 'started_us', ask.started_us, 'seen_us', now)
redis.call('EXPIRE', record(ask.id), ask.kept_s)
redis.call('ZADD', WORKERS, now, ask.id)
redis.call('ZREMRANGEBYSCORE', WORKERS, '-inf', now - ask.kept_s * 1000000)
return redis.call('HGETALL', record(ask.id))
