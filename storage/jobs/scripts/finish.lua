-- ask: id, token, status, fields, lasting, reason (for a failure)
local status = get(ask.id, 'status')
if status == ask.status and get(ask.id, 'token') == tostring(ask.token) then
    return answer('done', ask.id)  -- the same call again, after its answer was lost
end
if not holds(ask.id, ask.token) then return {'lost'} end

for field, value in pairs(ask.fields) do set(ask.id, field, value) end

if ask.status == 'failed' and not ask.lasting then
    give_up(ask.id, ask.fields.error_code, ask.fields.error_message, ask.reason)
    return answer('done', ask.id)
end

local function learn(field, seconds)
    if seconds < 0 then return end  -- Redis' clock was set back meanwhile
    local old = redis.call('HGET', PACE, field)
    redis.call('HSET', PACE, field, old and 0.7 * tonumber(old) + 0.3 * seconds or seconds)
end
if ask.status == 'succeeded' then
    set(ask.id, 'stage', 'done', 'progress', 1)
    local resumed = tonumber(get(ask.id, 'frames_resumed') or 0)
    -- a rejudge tells nothing of how long an analysis takes, nor does half of one
    if (get(ask.id, 'rejudge_of') or '') == '' and resumed == 0 then
        learn('job_s', (now - tonumber(get(ask.id, 'started_us'))) / 1e6)
    end
    if class_of(ask.id) == 'interactive' and resumed == 0 then
        learn('interactive_s', (now - tonumber(get(ask.id, 'started_us'))) / 1e6)
    end
    local pose_us, frames_us = get(ask.id, 'pose_us'), get(ask.id, 'frames_us')
    local frames = tonumber(get(ask.id, 'frames_done')) - resumed
    if pose_us and frames_us and frames > 0 then
        learn('frame_s', (tonumber(frames_us) - tonumber(pose_us)) / 1e6 / frames)
        learn('tail_s', (now - tonumber(frames_us)) / 1e6)
    end
end
if ask.status == 'failed' then set(ask.id, 'lasting', 1) end
finish(ask.id, ask.status)
return answer('done', ask.id)
