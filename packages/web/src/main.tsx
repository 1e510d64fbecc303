import { render } from 'preact'
import { App } from './app/app.tsx'
import { resumeSession } from './app/session.ts'
import './styles/console.css'

void resumeSession()
render(<App />, document.getElementById('app')!)
