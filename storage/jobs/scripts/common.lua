-- Put before each of the other scripts. Redis runs a script whole or not at all, and its clock is the only one that
-- counts. Times are whole microseconds since 1970. Every script takes one JSON object, `ask`, and answers with a word
-- and, mostly, the fields of a job.
local ask = cjson.decode(ARGV[1])

local QUEUE = 'goodrep:queue'        -- zset: queued jobs, by order of acceptance
local DUE = 'goodrep:due'            -- zset: queued jobs, by the time from which a message for them should be about
local RUNNING = 'goodrep:running'    -- zset: running jobs, by the end of their lease
local VIRTUAL = 'goodrep:virtual'    -- hash: the latest tag that was claimed, by class; see `enter_queue`
local PASSED = 'goodrep:passed_over' -- hash: claims since it was a class' turn, while one of its jobs could have been
local CLASSES = {'interactive', 'normal', 'batch'}  -- the first goes first
local GIVEN_UP = 'goodrep:given_up'  -- zset: jobs that failed for a reason that lies with us, by time
local QUARANTINE = 'goodrep:quarantine'  -- hash: fingerprint of each video that is set aside, why, since when
local PACE = 'goodrep:pace'          -- hash: moving averages of how long things take
local TOTALS = 'goodrep:totals'      -- hash: how often what happened, ever; see storage/figures.py
local NOTICES = 'goodrep:notices'    -- zset: ends of jobs of which nobody was told yet, by time; see signals/
local WAKE = 'goodrep:wake'          -- list: at most one element, for which those wait who tell
local EVENTS_KEPT = 256              -- per job; newer progress makes older pointless
local EVENTS_LAST_S = 3600           -- after the job's end
local EVENT_GAP_US = 180000          -- at most about five progress events a second

local function record(id) return 'goodrep:job:' .. id end
local function stream(id) return 'goodrep:events:' .. id end
local function get(id, field) return redis.call('HGET', record(id), field) end
local function set(id, ...) redis.call('HSET', record(id), ...) end
local function exists(id) return redis.call('EXISTS', record(id)) == 1 end
local function order(class) return 'goodrep:order:' .. class end  -- zset: its queued jobs, by tag
local function waiting(class, owner) return 'goodrep:waiting:' .. class .. ':' .. owner end  -- likewise, of one owner
local function class_of(id) return get(id, 'priority') or 'normal' end

local function count(...) redis.call('HINCRBY', TOTALS, table.concat({...}, ':'), 1) end

local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])

local function is_final(status) return status == 'succeeded' or status == 'failed' or status == 'cancelled' end

local function answer(word, id)
    local reply = redis.call('HGETALL', record(id))
    table.insert(reply, 1, word)
    return reply
end

-- Tell listeners: an event holds the whole record, so any one of them is enough to show the job.
local function tell(id)
    set(id, 'updated_us', now, 'event_us', now)
    local event = redis.call('XADD', stream(id), 'MAXLEN', '~', EVENTS_KEPT, '*', unpack(redis.call('HGETALL', record(id))))
    set(id, 'event_id', event)
end

-- No end without a notice: it is written in the same step, with the record as it is now.
local function notify(id, status)
    local notice = id .. '.' .. redis.call('HINCRBY', record(id), 'ends', 1)
    local flat, fields = redis.call('HGETALL', record(id)), {}
    for index = 1, #flat, 2 do fields[flat[index]] = flat[index + 1] end
    redis.call('HSET', 'goodrep:notice:' .. notice, 'id', notice, 'event', 'analysis.' .. status, 'created_us', now,
        'job', id, 'record', cjson.encode(fields))
    redis.call('ZADD', NOTICES, now, notice)
    redis.call('RPUSH', WAKE, 1)
    redis.call('LTRIM', WAKE, 0, 0)
end

-- Start-time fair queuing (Goyal, Vin, Cheng 1996; every job costs the same): an owner's jobs of a class get tags one
-- apart, the first of them one past the latest tag that was claimed. So in each round everybody has one job, however
-- many somebody sends. A job that is given back uncounted keeps its tag. Behind the point stands the order of
-- acceptance, among equal tags.
local function enter_queue(id, delay_us)
    local class, owner, sequence = class_of(id), get(id, 'owner'), tonumber(get(id, 'sequence'))
    local tag = tonumber(get(id, 'tag') or 0)
    if tag == 0 then
        local last = redis.call('ZREVRANGE', waiting(class, owner), 0, 0, 'WITHSCORES')[2]
        tag = math.max(tonumber(redis.call('HGET', VIRTUAL, class) or 0), math.floor(tonumber(last or 0))) + 1
        set(id, 'tag', tag)
    end
    local score = tag + sequence % 1000000 / 1000000
    redis.call('ZADD', order(class), score, id)
    redis.call('ZADD', waiting(class, owner), score, id)
    redis.call('ZADD', QUEUE, sequence, id)
    redis.call('ZADD', DUE, now + delay_us, id)
end

local function leave_queue(id)
    local class = class_of(id)
    redis.call('ZREM', order(class), id)
    redis.call('ZREM', waiting(class, get(id, 'owner')), id)
    redis.call('ZREM', QUEUE, id)
    redis.call('ZREM', DUE, id)
end

-- Counted in the step that ends the job, so each end once, whoever brings it about and whoever is killed.
local function count_end(id, status)
    if status ~= 'failed' then return count('ended', status, '', '') end
    count('ended', status, get(id, 'lasting') == '0' and 'us' or 'video', get(id, 'error_code') or '')
end

local function finish(id, status)
    set(id, 'status', status, 'finished_us', now, 'lease_us', 0)
    count_end(id, status)
    leave_queue(id)
    redis.call('ZREM', RUNNING, id)
    tell(id)
    redis.call('EXPIRE', stream(id), EVENTS_LAST_S)
    notify(id, status)
end

local function give_up(id, code, message, reason)
    set(id, 'error_code', code, 'error_message', message, 'reason', reason, 'lasting', 0)
    redis.call('ZADD', GIVEN_UP, now, id)
    finish(id, 'failed')
end

local function into_queue(id, delay_us)
    set(id, 'status', 'queued', 'stage', 'waiting', 'progress', 0, 'frames_done', 0, 'lease_us', 0)
    redis.call('ZREM', RUNNING, id)
    enter_queue(id, delay_us)
    tell(id)
end

-- The record of a video that is set aside, by its fingerprint; nil for any other.
local function quarantined(fingerprint)
    local entry = fingerprint and fingerprint ~= '' and redis.call('HGET', QUARANTINE, fingerprint)
    return entry and cjson.decode(entry)
end

local function fail_as_quarantined(id, message, reason)
    set(id, 'error_code', 'video_quarantined', 'error_message', message, 'reason', reason, 'lasting', 1)
    finish(id, 'failed')
end

-- Set the job's video aside, whoever sends it, until an operator lifts that.
local function quarantine(id, message, reason)
    local fingerprint = get(id, 'video_fingerprint')
    if fingerprint then
        local entry = {job = id, since_us = string.format('%.0f', now), message = message, reason = reason}
        redis.call('HSET', QUARANTINE, fingerprint, cjson.encode(entry))
    end
    if not is_final(get(id, 'status')) then fail_as_quarantined(id, message, reason) end
end

-- A process has died of the job's video. It is tried once more, behind everybody else; then the video is set aside.
-- `blame`: most, quarantine_message, delay_us, message, reason
local function died_of_video(id, blame)
    if redis.call('HINCRBY', record(id), 'video_deaths', 1) >= blame.most then
        quarantine(id, blame.quarantine_message, blame.reason)
        return
    end
    -- behind all that wait now, and nothing that its owner sends from now on shall stand behind it
    local class, owner = class_of(id), get(id, 'owner')
    local last = redis.call('ZREVRANGE', order(class), 0, 0, 'WITHSCORES')[2]
    set(id, 'released_because', blame.message, 'reason', blame.reason, 'tag', last and math.floor(tonumber(last)) + 1 or 0)
    into_queue(id, blame.delay_us)
    redis.call('ZREM', waiting(class, owner), id)
end

-- Whether the caller's claim is the latest one and the job still runs. A lease that has run out while nobody else took
-- the job is still the caller's.
local function holds(id, token)
    return get(id, 'status') == 'running' and get(id, 'token') == tostring(token)
end
