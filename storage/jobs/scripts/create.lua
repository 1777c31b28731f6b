-- ask: id, dedupe, force, fields (owner, video_key, video_fingerprint, exercise, request_id, options, rejudge_of,
-- priority), most_of_owner, most (jobs in the queue; -1 for any number)
if exists(ask.id) then  -- the same call again, after its answer was lost
    return answer('created', ask.id)
end

-- what is asked for now would be erased, or outlive the erasure
if redis.call('SISMEMBER', 'goodrep:erasing', ask.fields.owner) == 1 then return {'erasing'} end

-- Somebody waits now for a job that was asked for without haste.
local function hurry(id, class)
    local rank = {}
    for index, each in ipairs(CLASSES) do rank[each] = index end
    if rank[class] >= rank[class_of(id)] then return end
    local delay_us = math.max(0, tonumber(redis.call('ZSCORE', DUE, id) or 0) - now)
    leave_queue(id)
    redis.call('HDEL', record(id), 'tag')
    set(id, 'priority', class)
    enter_queue(id, delay_us)
    tell(id)
end

local aside = (ask.fields.rejudge_of or '') == '' and quarantined(ask.fields.video_fingerprint)
local dedupe = 'goodrep:dedupe:' .. ask.dedupe
local known = redis.call('GET', dedupe)
if known and not ask.force and exists(known) then
    local status = get(known, 'status')
    local lifted = get(known, 'error_code') == 'video_quarantined' and not aside
    local ours = status == 'failed' and (get(known, 'lasting') == '0' or lifted)
    if status ~= 'cancelled' and not ours and get(known, 'cancel_requested') == '0' then
        if status == 'queued' then hurry(known, ask.fields.priority) end
        return answer('known', known)
    end
end

if aside then return {'quarantined', 'message', aside.message} end

local owned = 0
for _, class in ipairs(CLASSES) do owned = owned + redis.call('ZCARD', waiting(class, ask.fields.owner)) end
if ask.most_of_owner >= 0 and owned >= ask.most_of_owner then return {'owner_full'} end
if ask.most >= 0 and redis.call('ZCARD', QUEUE) >= ask.most then return {'full'} end

local sequence = redis.call('INCR', 'goodrep:sequence')
for field, value in pairs(ask.fields) do set(ask.id, field, value) end
set(ask.id, 'id', ask.id, 'sequence', sequence, 'created_us', now, 'attempts', 0, 'token', 0, 'cancel_requested', 0,
    'frames_total', 0, 'dedupe', ask.dedupe)
redis.call('SET', dedupe, ask.id)
redis.call('ZADD', 'goodrep:owner:' .. ask.fields.owner, sequence, ask.id)
into_queue(ask.id, 0)
return answer('created', ask.id)
