-- Put before each of the other scripts of this folder. As `storage/jobs/scripts/common.lua`, for what people ask about
-- their data.
local ask = cjson.decode(ARGV[1])

local OPEN = 'goodrep:data_requests'  -- zset: those that are not done, by the time from which a message should be about
local ERASING = 'goodrep:erasing'     -- set: users whose everything is being erased
local CANCELLED_KEPT_S = 86400
local FORGOTTEN_KEPT_S = 30 * 86400   -- of a request after which another of the same subject was made

local function record(id) return 'goodrep:data_request:' .. id end
local function notes(id) return 'goodrep:data_request_notes:' .. id end
local function latest(subject) return 'goodrep:data_request_of:' .. subject end
local function get(id, field) return redis.call('HGET', record(id), field) end
local function set(id, ...) redis.call('HSET', record(id), ...) end
local function exists(id) return redis.call('EXISTS', record(id)) == 1 end

local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])

local function is_open(id)
    local status = get(id, 'status')
    return status == 'queued' or status == 'running'
end

local function answer(word, id)
    local reply = redis.call('HGETALL', record(id))
    table.insert(reply, 1, word)
    return reply
end

local function holds(id, token)
    return get(id, 'status') == 'running' and get(id, 'token') == tostring(token)
end

local function finish(id, status, kept_s)
    set(id, 'status', status, 'updated_us', now, 'finished_us', now, 'lease_us', 0)
    redis.call('ZREM', OPEN, id)
    redis.call('DEL', notes(id))
    if get(id, 'kind') == 'erase_user' then redis.call('SREM', ERASING, get(id, 'owner')) end
    if kept_s > 0 then
        redis.call('EXPIRE', record(id), kept_s)
        local pointer = latest(get(id, 'subject'))
        if redis.call('GET', pointer) == id then redis.call('EXPIRE', pointer, kept_s) end
    end
end
