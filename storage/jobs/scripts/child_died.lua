-- ask: id, token, stages (of which the video can be the cause), blame (see `died_of_video`)
--
-- The process that did the job is gone, and its parent says so: the job need not wait for the end of its lease.
if not holds(ask.id, ask.token) then return {'lost'} end
if get(ask.id, 'cancel_requested') == '1' then
    finish(ask.id, 'cancelled')
elseif ask.stages[get(ask.id, 'stage')] and (get(ask.id, 'rejudge_of') or '') == '' then
    died_of_video(ask.id, ask.blame)
else
    set(ask.id, 'lease_us', now)  -- whoever looks for work next takes it
    redis.call('ZADD', RUNNING, now, ask.id)
end
return answer('done', ask.id)
