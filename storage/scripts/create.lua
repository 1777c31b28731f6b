-- ask: id, dedupe, force, fields (owner, video_key, video_fingerprint, exercise, request_id, options, rejudge_of)
if exists(ask.id) then  -- the same call again, after its answer was lost
    return answer('created', ask.id)
end

-- what is asked for now would be erased, or outlive the erasure
if redis.call('SISMEMBER', 'goodrep:erasing', ask.fields.owner) == 1 then return {'erasing'} end

local aside = (ask.fields.rejudge_of or '') == '' and quarantined(ask.fields.video_fingerprint)
local dedupe = 'goodrep:dedupe:' .. ask.dedupe
local known = redis.call('GET', dedupe)
if known and not ask.force and exists(known) then
    local status = get(known, 'status')
    local lifted = get(known, 'error_code') == 'video_quarantined' and not aside
    local ours = status == 'failed' and (get(known, 'lasting') == '0' or lifted)
    if status ~= 'cancelled' and not ours and get(known, 'cancel_requested') == '0' then
        return answer('known', known)
    end
end

if aside then return {'quarantined', 'message', aside.message} end

local sequence = redis.call('INCR', 'goodrep:sequence')
for field, value in pairs(ask.fields) do set(ask.id, field, value) end
set(ask.id, 'id', ask.id, 'sequence', sequence, 'created_us', now, 'attempts', 0, 'token', 0, 'cancel_requested', 0,
    'frames_total', 0, 'dedupe', ask.dedupe)
redis.call('SET', dedupe, ask.id)
redis.call('ZADD', 'goodrep:owner:' .. ask.fields.owner, sequence, ask.id)
into_queue(ask.id, 0)
return answer('created', ask.id)
