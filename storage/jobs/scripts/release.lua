-- ask: id, token, counts, delay_us, message, reason, blame (a table where the video is to blame: see `died_of_video`)
local aside = get(ask.id, 'status') == 'failed' and get(ask.id, 'error_code') == 'video_quarantined'
if (get(ask.id, 'status') == 'queued' or aside) and get(ask.id, 'token') == tostring(ask.token) then
    return answer('done', ask.id)  -- the same call again, after its answer was lost
end
if not holds(ask.id, ask.token) then return {'lost'} end
if get(ask.id, 'cancel_requested') == '1' then
    finish(ask.id, 'cancelled')
    return answer('done', ask.id)
end
if ask.blame then
    died_of_video(ask.id, ask.blame)
    return answer('done', ask.id)
end
if ask.counts then
    set(ask.id, 'released_because', ask.message, 'reason', ask.reason)
    redis.call('HDEL', record(ask.id), 'tag')  -- everybody else has a turn before it is tried again
else
    redis.call('HINCRBY', record(ask.id), 'attempts', -1)
end
into_queue(ask.id, ask.delay_us)
return answer('done', ask.id)
