-- Put before each of the other scripts of this folder: the log of deliveries. As in `storage/jobs/scripts/`, times are
-- whole microseconds by Redis' clock, and every script takes one JSON object, `ask`.
local ask = cjson.decode(ARGV[1])

local NOTICES = 'goodrep:notices'             -- zset: of which nobody was told yet, by time
local LOG = 'goodrep:deliveries:log'          -- zset: all deliveries, by time
local FAILED = 'goodrep:deliveries:failed'    -- zset: those that came to nothing, by time of the latest attempt
local WAKE_MOST = 8                           -- who waits for more looks for himself, every second

local function notice_key(id) return 'goodrep:notice:' .. id end
local function delivery_key(id) return 'goodrep:delivery:' .. id end
local function due_key(channel) return 'goodrep:deliveries:due:' .. channel end
local function of_job(id) return 'goodrep:deliveries:job:' .. id end
local function of_target(channel, target) return 'goodrep:deliveries:target:' .. channel .. ':' .. target end
local function exists(key) return redis.call('EXISTS', key) == 1 end
local function get(id, field) return redis.call('HGET', delivery_key(id), field) end
local function set(id, ...) redis.call('HSET', delivery_key(id), ...) end

local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])

local function wake(list)
    redis.call('RPUSH', list, 1)
    redis.call('LTRIM', list, 0, WAKE_MOST - 1)
end

local function make_due(id, at)
    local channel = get(id, 'channel')
    set(id, 'state', 'waiting', 'next_us', at)
    redis.call('ZADD', due_key(channel), at, id)
    if at <= now then wake('goodrep:wake:' .. channel) end
end

local function forget(id)
    local channel = get(id, 'channel')
    redis.call('ZREM', LOG, id)
    redis.call('ZREM', FAILED, id)
    if channel then
        redis.call('ZREM', due_key(channel), id)
        redis.call('ZREM', of_target(channel, get(id, 'target')), id)
        redis.call('ZREM', of_job(get(id, 'job')), id)
    end
    redis.call('DEL', delivery_key(id))
end
